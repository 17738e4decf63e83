import { NewUser, Problem, User } from '@shop/contracts';
import {
  clientAddress,
  identityOf,
  requireUser,
  type AcceptedKeys,
  type App,
  type TokenVerifier,
} from '@shop/service-kit';
import type { Users } from '../users/users.ts';

type UserRoutesOptions = { users: Users; verifier: TokenVerifier; gatewayKeys: AcceptedKeys };

export function userRoutes(app: App, { users, verifier, gatewayKeys }: UserRoutesOptions): void {
  app.post(
    '/api/v1/users',
    {
      schema: {
        summary: 'Register',
        tags: ['users'],
        body: NewUser,
        response: { 201: User, 400: Problem, 409: Problem },
      },
    },
    async (request, reply) => {
      const user = await users.register(request.body, clientAddress(request, gatewayKeys));
      return reply.code(201).header('location', '/api/v1/users/me').send(user);
    },
  );

  app.get(
    '/api/v1/users/me',
    {
      onRequest: requireUser(verifier),
      schema: {
        summary: 'Who am I',
        tags: ['users'],
        security: [{ bearer: [] }],
        response: { 200: User, 401: Problem, 404: Problem },
      },
    },
    (request) => users.get(identityOf(request).userId),
  );
}
