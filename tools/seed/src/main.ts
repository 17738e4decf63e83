import { parseArgs } from 'node:util';
import { createApiClient } from '@shop/client';
import { EX_USAGE, exitCodeOf, explainError, messageOf, UserError } from '@slipway/util/errors';
import { findShop, type Where } from './find-shop.ts';
import { createSeedApi } from './seed-api.ts';
import { seedProducts } from './seed-products.ts';

const help = `Fills the shop with products, through its API. Doing it again adds only what is missing.

  npm run seed                  the stack of npm start
  npm run seed -- --kind        the stack on the kind cluster of SLIPWAY_CLUSTER, else of deploy/kind.yaml
  npm run seed -- --context X   the stack on the cluster of that kubeconfig context
  npm run seed -- --count 200   as many products (default 40, at most 10,000)

GATEWAY_URL says where another gateway is. The admin's credentials are ADMIN_EMAIL and ADMIN_PASSWORD of the environment,
else of apps/user/.env or, in a cluster, of the same stack's Secret.`;

const mostProducts = 10_000;
const timeoutMs = 10_000;

async function main(): Promise<void> {
  const { help: isHelp, count, ...where } = readOptions();
  if (isHelp) return console.log(help);
  const { gatewayUrl, admin, startCommand } = await findShop(where, process.env);
  const shop = createSeedApi(createApiClient(gatewayUrl, { timeoutMs }), gatewayUrl, startCommand);
  const token = await shop.signIn(admin);
  const { isTTY } = process.stderr;
  const { added, known } = await seedProducts(shop, token, count, (counts) => {
    if (isTTY) process.stderr.write(`\r${counts.added + counts.known} of ${count}`);
  });
  if (isTTY) process.stderr.write('\r\x1b[K');
  console.log(`${added} products added, ${known} were there: ${gatewayUrl}/api/v1/products`);
}

function readOptions(): Where & { help: boolean; count: number } {
  try {
    const options = {
      help: { type: 'boolean', default: false },
      kind: { type: 'boolean', default: false },
      context: { type: 'string' },
      count: { type: 'string', default: '40' },
    } as const;
    const { help, kind, context, count } = parseArgs({ options }).values;
    if (!/^\d{1,6}$/.test(count) || Number(count) > mostProducts)
      throw new Error(`--count is a number up to ${mostProducts}`);
    return { help, isKind: kind, context, count: Number(count) };
  } catch (error) {
    throw new UserError(messageOf(error), { hint: 'npm run seed -- --help', exitCode: EX_USAGE, cause: error });
  }
}

await main().catch((error: unknown) => {
  console.error(explainError(error));
  process.exitCode = exitCodeOf(error);
});
