import { User } from '@shop/contracts';
import { expectProblem, expectValidationFailed } from '../../support/expect-problem.ts';
import { expectShape } from '../../support/expect-shape.ts';
import { rfc3339Utc, uuidV7 } from '../../support/patterns.ts';
import { expect, test } from '../../support/test.ts';
import { unique } from '../../support/unique.ts';

const newUser = (properties: object = {}) => ({
  email: `${unique('user')}@shop.example`,
  password: 'correct horse battery',
  name: 'A User',
  ...properties,
});

test('a registration makes a customer', async ({ api }) => {
  const json = newUser();
  const reply = await api.post('/api/v1/users', { body: json });
  expect(reply.status).toBe(201);
  expectShape(User, reply.body);
  expect(reply.body).toMatchObject({ email: json.email, name: json.name, role: 'customer' });
  expect(reply.body.id).toMatch(uuidV7);
  expect(reply.body.createdAt).toMatch(rfc3339Utc);
});

test('an email is taken whatever its case', async ({ api }) => {
  const json = newUser();
  expect((await api.post('/api/v1/users', { body: json })).status).toBe(201);
  expectProblem(await api.post('/api/v1/users', { body: json }), 409, 'email-taken');
  const shouted = { ...json, email: json.email.toUpperCase() };
  expectProblem(await api.post('/api/v1/users', { body: shouted }), 409, 'email-taken');
});

test('of many registrations of one email at once one succeeds', async ({ api }) => {
  const json = newUser();
  const replies = await Promise.all(Array.from({ length: 5 }, () => api.post('/api/v1/users', { body: json })));
  expect(replies.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409, 409]);
});

for (const [what, properties] of [
  ['the shortest password', { password: 'x'.repeat(12) }],
  ['the longest password', { password: 'x'.repeat(128) }],
  ['the shortest name', { name: 'x' }],
  ['the longest name', { name: 'x'.repeat(200) }],
  ['a name beyond ASCII', { name: 'Zoë 😀 李' }],
  ['an email without a dot in its domain', { email: `${unique('user')}@localhost` }],
  ['an email with an apostrophe', { email: `o'${unique('user')}@shop.example` }],
  ['an email of an internationalised domain', { email: `${unique('user')}@bücher.example` }],
  ['an email of a domain with combining marks', { email: `${unique('user')}@हिन्दी.भारत` }],
  ['an email of 254 characters', { email: `${unique('user').padEnd(241, 'x')}@shop.example` }],
] as const) {
  test(`accepts ${what}`, async ({ api }) => {
    const reply = await api.post('/api/v1/users', { body: newUser(properties) });
    expect(reply, JSON.stringify(reply.body)).toMatchObject({ status: 201 });
  });
}

for (const [what, properties, path] of [
  ['no email', { email: undefined }, '/email'],
  ['no password', { password: undefined }, '/password'],
  ['no name', { name: undefined }, '/name'],
  ['an email without @', { email: 'nobody' }, '/email'],
  ['an email in angle brackets', { email: '<a@example.com>' }, '/email'],
  ['an email with its owner', { email: 'A <a@example.com>' }, '/email'],
  ['an email with a quoted local part', { email: '"a"@example.com' }, '/email'],
  ['two emails', { email: 'a@example.com,b@example.com' }, '/email'],
  ['an email with a scheme', { email: 'mailto:a@example.com' }, '/email'],
  ['an email with a hyphen for a domain', { email: 'a@-' }, '/email'],
  ['an email with a hyphen at the end of a label', { email: 'a@b-.example' }, '/email'],
  ['an email with an empty label', { email: 'a@b..example' }, '/email'],
  ['an email with an underscore in its domain', { email: 'a@b_c.example' }, '/email'],
  ['an email with white space', { email: 'a b@example.com' }, '/email'],
  ['an email with a line break at its end', { email: 'a@example.com\n' }, '/email'],
  ['an email with a soft hyphen', { email: 'a\u00adb@example.com' }, '/email'],
  ['an email with a bidirectional override', { email: 'a\u202eb@example.com' }, '/email'],
  ['an email with a zero width space in its domain', { email: 'a@exam\u200bple.com' }, '/email'],
  ['an email of 255 characters', { email: `${'x'.repeat(242)}@shop.example` }, '/email'],
  ['a password of 11 characters', { password: 'x'.repeat(11) }, '/password'],
  ['a password of 129 characters', { password: 'x'.repeat(129) }, '/password'],
  ['an empty name', { name: '' }, '/name'],
  ['a name of 201 characters', { name: 'x'.repeat(201) }, '/name'],
  ['a name that is a number', { name: 1 }, '/name'],
  ['a role of its own choice', { role: 'admin' }, '/role'],
] as const) {
  test(`refuses ${what}`, async ({ api }) => {
    expectValidationFailed(await api.post('/api/v1/users', { body: newUser(properties) }), path);
  });
}

for (const [what, name] of [
  ['NUL', 'a\u0000b'],
  ['a lone surrogate', 'a\ud800b'],
] as const) {
  test(`refuses text with ${what}`, async ({ api }) => {
    expectProblem(await api.post('/api/v1/users', { body: newUser({ name }) }), 400);
    expectProblem(await api.post('/api/v1/users', { body: newUser({ email: `${name}@shop.example` }) }), 400);
  });
}
