import type { V1ObjectMeta } from '@kubernetes/client-node';

/** A type of client-node as its JSON: times are RFC 3339 text. */
export type Json<Type> = Type extends Date
  ? string
  : Type extends (infer Item)[]
    ? Json<Item>[]
    : Type extends object
      ? { [Key in keyof Type]: Json<Type[Key]> }
      : Type;

/** An object as the API server sends it: client-node's type, with the metadata that every stored object has. */
export type Live<Type> = Json<Omit<Type, 'metadata'>> & { metadata: Json<V1ObjectMeta> & { name: string } };
