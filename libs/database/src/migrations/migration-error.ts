/** A migration that cannot be applied. The message is one block that says what, where and what to do. */
export class MigrationError extends Error {
  constructor(file: string, message: string, options?: ErrorOptions) {
    super(`migration ${file}: ${message}`, options);
    this.name = 'MigrationError';
  }
}
