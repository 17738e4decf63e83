/** uid and gid of the app in its image. */
export const APP_USER = 10001;
