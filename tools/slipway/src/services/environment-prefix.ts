/** How the variables that describe a service to another program begin: `order-mail` → `ORDER_MAIL`. */
export function environmentPrefix(service: string): string {
  return service.toUpperCase().replaceAll('-', '_');
}
