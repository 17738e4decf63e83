export type MigrateLog = {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
};
