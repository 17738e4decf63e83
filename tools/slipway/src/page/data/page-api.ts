/** What a service says of its routes: an OpenAPI document, as far as a form needs it. */
export type PageApi = {
  service: string;
  url: string;
  /** Address of a page of the service itself about them. */
  reference?: string;
  operations: PageOperation[];
};

export type PageOperation = {
  method: string;
  /** With its parameters: `/api/v1/orders/{id}`. */
  path: string;
  summary?: string;
  isSecured: boolean;
  parameters: {
    name: string;
    in: 'path' | 'query' | 'header';
    isRequired: boolean;
    description?: string;
    example?: string;
  }[];
  /** An example, as JSON. */
  body?: string;
};

export type PageCall = {
  service: string;
  method: string;
  /** With its query. */
  path: string;
  headers: Record<string, string>;
  body?: string;
};

export type PageCallAnswer = { status: number; ms: number; requestId: string; type: string; body: string };
