import { findApiPage } from '../../dev/local/find-api-page.ts';
import { isObject, type JsonObject } from '../../util/json-object.ts';
import { exampleOf, resolveReference } from './example-of.ts';
import type { PageApi, PageOperation } from './page-api.ts';

const METHODS = ['get', 'post', 'put', 'patch', 'delete', 'head', 'options'];
/** A service that hangs must not hold up the page, ms. */
const LIMIT_MS = 2000;

/** What a service says of its routes at `/openapi.json`; undefined where it says nothing. */
export async function readApi(service: string, url: string): Promise<PageApi | undefined> {
  const [document, reference] = await Promise.all([readDocument(url), findApiPage(url)]);
  if (document === undefined) return undefined;
  const operations = operationsIn(document);
  return { service, url, operations, ...(reference === undefined ? {} : { reference }) };
}

async function readDocument(url: string): Promise<JsonObject | undefined> {
  try {
    const response = await fetch(`${url}/openapi.json`, {
      headers: { connection: 'close' },
      signal: AbortSignal.timeout(LIMIT_MS),
    });
    const document: unknown = response.ok ? await response.json() : undefined;
    return isObject(document) ? document : undefined;
  } catch {
    // Not up, or what it answers is no JSON: it has no reference now.
    return undefined;
  }
}

/** The operations of an OpenAPI document, in its order. */
export function operationsIn(document: JsonObject): PageOperation[] {
  const paths = Object.entries(isObject(document.paths) ? document.paths : {});
  return paths.flatMap(([path, item]) =>
    METHODS.flatMap((method) => {
      const operation = isObject(item) ? item[method] : undefined;
      if (!isObject(item) || !isObject(operation)) return [];
      const given = [...listOf(item.parameters), ...listOf(operation.parameters)];
      // One of the operation takes the place of the path's.
      const parameters = new Map(
        given.flatMap((it) => parameterIn(it, document)).map((it) => [`${it.in} ${it.name}`, it]),
      );
      const body = bodyIn(operation, document);
      const summary = operation.summary ?? operation.description;
      return {
        method: method.toUpperCase(),
        path,
        isSecured: listOf(operation.security ?? document.security).length > 0,
        parameters: [...parameters.values()],
        ...(typeof summary === 'string' ? { summary } : {}),
        ...(body === undefined ? {} : { body }),
      };
    }),
  );
}

function parameterIn(parameter: unknown, document: JsonObject): PageOperation['parameters'] {
  const it = resolveReference(parameter, document);
  if (!isObject(it) || typeof it.name !== 'string') return [];
  if (it.in !== 'path' && it.in !== 'query' && it.in !== 'header') return [];
  const isRequired = it.required === true;
  const example = isRequired ? (it.example ?? exampleOf(it.schema, document)) : undefined;
  return [
    {
      ...{ name: it.name, in: it.in, isRequired },
      ...(typeof it.description === 'string' ? { description: it.description } : {}),
      ...(typeof example === 'string' || typeof example === 'number' ? { example: String(example) } : {}),
    },
  ];
}

function bodyIn(operation: JsonObject, document: JsonObject): string | undefined {
  const requestBody = resolveReference(operation.requestBody, document);
  const content = isObject(requestBody) && isObject(requestBody.content) ? requestBody.content : {};
  const json = content['application/json'];
  if (!isObject(json)) return undefined;
  return JSON.stringify(json.example ?? exampleOf(json.schema, document), null, 2);
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}
