/** The pool without the rest of undici (fetch, WebSocket, caches), which costs a gateway 60 ms of every start. */
declare module 'undici/lib/dispatcher/pool.js' {
  import { Pool } from 'undici';
  export default Pool;
}
