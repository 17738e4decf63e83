/** Numbers that clients rely on. */
export const limits = {
  bodyBytes: 65_536,
  name: 200,
  email: 254,
  description: 4000,
  password: { minimum: 12, maximum: 128 },
  priceCents: 99_999_999,
  stock: 1_000_000_000,
  search: 200,
  page: { default: 20, maximum: 100 },
  orderItems: 50,
  quantity: 1000,
} as const;
