/** The route of a request that matches none, in log lines and metrics. Its path is not logged: clients put anything there. */
export const UNMATCHED = 'unmatched';
