export { limits } from './limits.ts';
export { Id, Timestamp } from './scalars.ts';
export { Page, PageQuery } from './page.ts';
export { Problem } from './problem.ts';
export { NewUser, User } from './user.ts';
export { NewSession, Session } from './session.ts';
export { NewProduct, Product, ProductChange, ProductPage, ProductQuery } from './product.ts';
export { NewOrder, Order, OrderPage, orderStatuses } from './order.ts';
export { NewReservation, Reservation } from './reservation.ts';
