import { Gauge, type Registry } from 'prom-client';

export type PoolState = { used: number; idle: number; waiting: number; max: number };

/** A pool of database connections, read whenever it is scraped. `name` tells two pools of one process apart. */
export function registerPoolMetrics(registry: Registry, name: string, read: () => PoolState): void {
  const pool = { db_client_connection_pool_name: name };
  const registers = [registry];
  new Gauge({
    name: 'db_client_connection_count',
    help: 'Connections of the pool by state',
    labelNames: ['db_client_connection_pool_name', 'db_client_connection_state'],
    registers,
    collect() {
      const { used, idle } = read();
      this.set({ ...pool, db_client_connection_state: 'used' }, used);
      this.set({ ...pool, db_client_connection_state: 'idle' }, idle);
    },
  });
  const labelNames = ['db_client_connection_pool_name'];
  new Gauge({
    name: 'db_client_connection_max',
    help: 'Most connections that the pool opens',
    labelNames,
    registers,
    collect() {
      this.set(pool, read().max);
    },
  });
  new Gauge({
    name: 'db_client_connection_pending_requests',
    help: 'Work that waits for a connection of the pool',
    labelNames,
    registers,
    collect() {
      this.set(pool, read().waiting);
    },
  });
}
