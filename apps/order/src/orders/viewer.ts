export type Viewer = { readonly userId: string; readonly role: 'customer' | 'admin' };

/** Orders of others do not exist for a customer. */
export function maySee(viewer: Viewer, order: { userId: string }): boolean {
  return viewer.role === 'admin' || viewer.userId === order.userId;
}
