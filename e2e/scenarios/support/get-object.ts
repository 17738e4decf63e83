import { kubectl, NAMESPACE } from './stack.ts';

/** The object as kubectl shows it, or undefined. `what`: `deployment/order`. */
export async function getObject<Shape>(what: string): Promise<Shape | undefined> {
  const text = await kubectl(['-n', NAMESPACE, 'get', what, '--ignore-not-found', '-o', 'json']);
  return text === '' ? undefined : (JSON.parse(text) as Shape);
}
