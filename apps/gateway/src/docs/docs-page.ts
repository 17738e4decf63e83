import { createHash } from 'node:crypto';

const style = `
body { font: 15px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 60rem; padding: 1rem; color: #1b1f24; background: #fff; }
header { display: flex; gap: 1rem; align-items: baseline; flex-wrap: wrap; }
h2 { text-transform: capitalize; margin: 2rem 0 .5rem; }
details { border: 1px solid #d0d7de; border-radius: 6px; margin: .4rem 0; }
summary { padding: .5rem .75rem; cursor: pointer; }
summary b { display: inline-block; width: 4.5rem; }
form, .doc { padding: 0 .75rem .75rem; }
label { display: block; margin: .4rem 0; }
input, textarea { width: 100%; box-sizing: border-box; font: 13px/1.4 ui-monospace, monospace; padding: .35rem; }
textarea { min-height: 7rem; }
pre { background: #f6f8fa; padding: .6rem; overflow: auto; max-height: 24rem; border-radius: 6px; }
button { padding: .35rem 1rem; }
`;

/** Reads /openapi.json and makes a form per operation. Everything from the document goes in as text, never as markup. */
const script = `
const element = (name, properties = {}, ...children) => {
  const node = Object.assign(document.createElement(name), properties);
  node.append(...children);
  return node;
};
const sample = (schema = {}) => {
  if (schema.examples) return schema.examples[0];
  if (schema.default !== undefined) return schema.default;
  if (schema.enum) return schema.enum[0];
  if (schema.type === 'object') return Object.fromEntries(Object.entries(schema.properties ?? {}).map(([name, part]) => [name, sample(part)]));
  if (schema.type === 'array') return [sample(schema.items)];
  if (schema.type === 'integer') return schema.minimum ?? 0;
  return schema.type === 'string' ? (schema.pattern === '^[A-Z]{3}$' ? 'EUR' : '') : null;
};
const operationForm = (method, path, operation) => {
  const inputs = (operation.parameters ?? []).map((parameter) => {
    const input = element('input', { required: parameter.required === true, placeholder: parameter.schema?.description ?? '' });
    return { parameter, input };
  });
  const body = operation.requestBody?.content?.['application/json']?.schema;
  const text = body && body.type === 'object' ? element('textarea', { value: JSON.stringify(sample(body), null, 2) }) : undefined;
  const answer = element('pre', { hidden: true });
  const form = element('form', {}, ...inputs.map(({ parameter, input }) => element('label', {}, parameter.name + ' (' + parameter.in + ')', input)));
  if (text) form.append(element('label', {}, 'body', text));
  form.append(element('button', { textContent: 'Send' }), answer);
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const headers = {};
    const query = new URLSearchParams();
    let target = path;
    for (const { parameter, input } of inputs) {
      if (input.value === '') continue;
      if (parameter.in === 'path') target = target.replace('{' + parameter.name + '}', encodeURIComponent(input.value));
      if (parameter.in === 'query') query.set(parameter.name, input.value);
      if (parameter.in === 'header') headers[parameter.name] = input.value;
    }
    if (token.value !== '') headers.authorization = 'Bearer ' + token.value;
    if (text) headers['content-type'] = 'application/json';
    const address = target + (query.size > 0 ? '?' + query : '');
    try {
      const response = await fetch(address, { method: method.toUpperCase(), headers, ...(text ? { body: text.value } : {}) });
      const received = await response.text();
      let shown = received;
      try {
        const value = JSON.parse(received);
        if (value.accessToken) token.value = value.accessToken;
        shown = JSON.stringify(value, null, 2);
      } catch {}
      answer.textContent = response.status + ' ' + response.statusText + '\\n' + shown;
    } catch (error) {
      answer.textContent = String(error);
    }
    answer.hidden = false;
  });
  const answers = Object.entries(operation.responses ?? {}).map(([status, { description }]) => status + ' ' + (description === status ? '' : description));
  const doc = element('div', { className: 'doc' }, element('small', { textContent: 'answers: ' + answers.join(', ') }));
  if (body) doc.append(element('details', {}, element('summary', { textContent: 'schema of the body' }), element('pre', { textContent: JSON.stringify(body, null, 2) })));
  const heading = element('summary', {}, element('b', { textContent: method.toUpperCase() }), element('code', { textContent: path }), ' ' + (operation.summary ?? ''));
  return element('details', {}, heading, doc, form);
};
const token = document.getElementById('token');
const list = document.getElementById('operations');
const description = await (await fetch('/openapi.json')).json();
if (!description.paths) list.textContent = description.detail ?? 'The document cannot be had now.';
const groups = new Map();
for (const [path, operations] of Object.entries(description.paths ?? {})) {
  for (const [method, operation] of Object.entries(operations)) {
    const tag = operation.tags?.[0] ?? 'other';
    if (!groups.has(tag)) groups.set(tag, element('section', {}, element('h2', { textContent: tag })));
    groups.get(tag).append(operationForm(method, path, operation));
  }
}
list.append(...groups.values());
`;

export const docsPage = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Slipway shop API</title>
<style>${style}</style>
<header><h1>Slipway shop API</h1><a href="/openapi.json">openapi.json</a></header>
<label>Access token (POST /api/v1/sessions fills it in) <input id="token" autocomplete="off"></label>
<main id="operations"></main>
<script type="module">${script}</script>
</html>
`;

const digest = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** Exactly this page's script and style may run, and it may talk to nobody but us. */
export const docsPolicy = `default-src 'none'; script-src ${digest(script)}; style-src ${digest(style)}; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;
