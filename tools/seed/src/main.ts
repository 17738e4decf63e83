import { parseArgs } from 'node:util';
import { adminCredentials } from './admin-credentials.ts';
import { SeedError } from './seed-error.ts';
import { seedProducts } from './seed-products.ts';
import { createShopClient } from './shop-client.ts';

const help = `Fills the shop with products, through its API. Doing it again adds only what is missing.

  npm run seed                  the stack of npm start
  npm run seed -- --kind        the stack on kind
  npm run seed -- --count 200   as many products (default 40, at most 10,000)

GATEWAY_URL says where another gateway is. The admin's credentials are ADMIN_EMAIL and ADMIN_PASSWORD of the environment,
else of apps/user/.env or, with --kind, of Secret user.`;

const mostProducts = 10_000;

async function main(): Promise<void> {
  const { help: isHelp, kind: isKind, count } = readOptions();
  if (isHelp) return console.log(help);
  const gatewayUrl = process.env['GATEWAY_URL'] || (isKind ? 'http://127.0.0.1:30080' : 'http://127.0.0.1:3000');
  if (!URL.canParse(gatewayUrl)) throw new SeedError(`GATEWAY_URL is no URL: ${gatewayUrl}`);
  const shop = createShopClient(gatewayUrl, isKind ? 'npm run up' : 'npm start');
  const token = await shop.signIn(await adminCredentials(process.env, isKind));
  const { isTTY } = process.stderr;
  const { added, known } = await seedProducts(shop, token, count, (counts) => {
    if (isTTY) process.stderr.write(`\r${counts.added + counts.known} of ${count}`);
  });
  if (isTTY) process.stderr.write('\r\x1b[K');
  console.log(`${added} products added, ${known} were there: ${gatewayUrl}/api/v1/products`);
}

function readOptions(): { help: boolean; kind: boolean; count: number } {
  try {
    const options = {
      help: { type: 'boolean', default: false },
      kind: { type: 'boolean', default: false },
      count: { type: 'string', default: '40' },
    } as const;
    const { help, kind, count } = parseArgs({ options }).values;
    if (!/^\d{1,6}$/.test(count) || Number(count) > mostProducts)
      throw new SeedError(`--count is a number up to ${mostProducts}`);
    return { help, kind, count: Number(count) };
  } catch (error) {
    throw new SeedError(`${(error as Error).message}\n\n${help}`, error);
  }
}

await main().catch((error: unknown) => {
  if (!(error instanceof SeedError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
});
