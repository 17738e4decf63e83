/** What the module has on its own: `request` and the like come with the package's entry. */
declare module 'undici/lib/dispatcher/client.js' {
  import type { Client } from 'undici';

  type UndiciClient = Pick<Client, 'dispatch' | 'close' | 'destroy' | 'on'>;
  const UndiciClient: new (url: string, options: Client.Options) => UndiciClient;
  export default UndiciClient;
}
