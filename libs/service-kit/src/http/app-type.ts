import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance } from 'fastify';
import type { Logger } from '../observability/logger.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** A route that no list of routes and no API document names. */
    isUnlisted?: boolean;
  }
}

/** A service's Fastify app: routes by TypeBox schemas, our logger. */
export type App = FastifyInstance<Server, IncomingMessage, ServerResponse, Logger, TypeBoxTypeProvider>;
