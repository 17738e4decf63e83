-- The contract step of 0003_executions: no release that may still run beside this one writes them.
alter table orders drop column attempt;
alter table idempotency_keys drop column is_replayed;
