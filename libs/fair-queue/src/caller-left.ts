/** Work that was not begun because its caller had left. No client hears of it; 499 is what web servers log for it. */
export class CallerLeft extends Error {
  readonly problem = { status: 499, code: 'client-closed-request', title: 'The client closed the connection' } as const;

  constructor() {
    super('the caller left before the work was begun');
    this.name = 'CallerLeft';
  }
}
