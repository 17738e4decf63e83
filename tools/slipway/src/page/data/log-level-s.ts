/** How long a log level lasts that the page has set, s. */
export const LOG_LEVEL_S = 600;
