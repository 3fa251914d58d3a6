import type { JsonObject } from './wire';

/** A continuation profile as the API registers it: everything that Gemini does not inherit from turn to turn. */
export type DemoAgent = {
  name: string;
  description: string;
  target: { model: string } | { agent: string };
  tools: JsonObject[];
  system_instruction: string;
  /** Only with a model. */
  generation_config?: JsonObject;
};

/** A run to start: what a caller of the API sends, and what a reviewer will see of it. */
export type DemoRun = {
  agent: string;
  input: string;
  requester: string;
  metadata: Record<string, string>;
};

const issueRefund: JsonObject = {
  type: 'function',
  name: 'issue_refund',
  description: 'Pays money back to the customer of an order. Cannot be taken back once the bank has it.',
  parameters: {
    type: 'object',
    properties: {
      order_id: {
        type: 'string',
        description: 'Number of the order, as on the invoice',
        pattern: '^[A-Z]{0,4}-?\\d+$',
      },
      amount: {
        type: 'number',
        description: 'Amount to pay back, in units of the currency',
        exclusiveMinimum: 0,
        maximum: 5000,
      },
      currency: { type: 'string', description: 'ISO 4217 code', enum: ['EUR', 'USD', 'GBP', 'CHF'] },
      reason: { type: 'string', description: 'Why, in words that the customer may read', minLength: 3, maxLength: 200 },
      customer_email: { type: 'string', format: 'email', description: 'Where the confirmation goes' },
    },
    required: ['order_id', 'amount', 'currency', 'reason'],
    additionalProperties: false,
  },
};

const sendEmail: JsonObject = {
  type: 'function',
  name: 'send_email',
  description: 'Sends an e-mail in the name of the company.',
  parameters: {
    type: 'object',
    properties: {
      to: { type: 'string', description: 'Address of the one recipient' },
      subject: { type: 'string', description: 'Subject line', minLength: 1, maxLength: 150 },
      body: { type: 'string', description: 'Plain text of the message', minLength: 1 },
    },
    required: ['to', 'subject', 'body'],
    additionalProperties: false,
  },
};

const updateAccount: JsonObject = {
  type: 'function',
  name: 'update_account',
  description: 'Adds tags to a customer account. Tags steer how support treats the customer.',
  parameters: {
    type: 'object',
    properties: {
      account_id: { type: 'string', description: 'Number of the account', pattern: '^C-\\d+$' },
      add_tags: { type: 'array', description: 'Tags to add', items: { type: 'string' }, minItems: 1 },
    },
    required: ['account_id', 'add_tags'],
    additionalProperties: false,
  },
};

const deployService: JsonObject = {
  type: 'function',
  name: 'deploy_service',
  description: 'Rolls a version of a service out to an environment.',
  parameters: {
    type: 'object',
    properties: {
      service: { type: 'string', description: 'Name of the service in the catalogue' },
      version: { type: 'string', description: 'Version to roll out', pattern: '^\\d+\\.\\d+\\.\\d+' },
      environment: { type: 'string', enum: ['preview', 'staging', 'production'], description: 'Where to' },
      strategy: {
        type: 'string',
        enum: ['rolling', 'canary', 'blue-green'],
        description: 'How instances are replaced',
      },
    },
    required: ['service', 'version', 'environment', 'strategy'],
    additionalProperties: false,
  },
};

const runMigration: JsonObject = {
  type: 'function',
  name: 'run_migration',
  description: 'Applies a migration to the database of a service. Takes locks on live tables.',
  parameters: {
    type: 'object',
    properties: {
      service: { type: 'string', description: 'Service that owns the database' },
      migration: { type: 'string', description: 'Name of the migration' },
      lock_timeout_seconds: {
        type: 'integer',
        minimum: 1,
        maximum: 60,
        description: 'How long to wait for a lock before giving up',
      },
    },
    required: ['service', 'migration'],
    additionalProperties: false,
  },
};

const shiftTraffic: JsonObject = {
  type: 'function',
  name: 'shift_traffic',
  description: 'Moves a share of the traffic to a deployed version.',
  parameters: {
    type: 'object',
    properties: {
      service: { type: 'string', description: 'Service whose traffic moves' },
      version: { type: 'string', description: 'Version that receives it' },
      percent: { type: 'integer', minimum: 0, maximum: 100, description: 'Share of the traffic, in percent' },
    },
    required: ['service', 'version', 'percent'],
    additionalProperties: false,
  },
};

const countRecords: JsonObject = {
  type: 'function',
  name: 'count_records',
  description: 'Counts the rows that a filter selects. Reads only.',
  parameters: {
    type: 'object',
    properties: {
      table: { type: 'string', description: 'Table to look at' },
      filter: { type: 'string', description: 'Condition in SQL' },
    },
    required: ['table', 'filter'],
    additionalProperties: false,
  },
};

const deleteRecords: JsonObject = {
  type: 'function',
  name: 'delete_records',
  description: 'Deletes the rows that a filter selects. There is no way back.',
  parameters: {
    type: 'object',
    properties: {
      table: { type: 'string', description: 'Table to delete from' },
      filter: { type: 'string', description: 'Condition in SQL; an empty one is refused', minLength: 3 },
      estimated_rows: { type: 'integer', minimum: 0, description: 'How many rows are expected to go' },
    },
    required: ['table', 'filter', 'estimated_rows'],
    additionalProperties: false,
  },
};

const MODEL = 'gemini-3.8-flash';

export const demoAgents: DemoAgent[] = [
  {
    name: 'refund-desk',
    description: 'Answers complaints about orders and proposes refunds',
    target: { model: MODEL },
    tools: [issueRefund],
    system_instruction:
      'You handle complaints about orders. Propose a refund only when the history of the order supports it, never more than was paid. Report decisions as they are.',
    generation_config: { temperature: 0.2, thinking_summaries: 'auto' },
  },
  {
    name: 'release-manager',
    description: 'Takes a tested version to its environment, step by step',
    target: { model: MODEL },
    tools: [deployService, runMigration, shiftTraffic],
    system_instruction:
      'You carry out release plans. One step at a time: deploy, migrate when the schema changes, then move traffic. Stop at the first refusal.',
    generation_config: { temperature: 0, thinking_level: 'high' },
  },
  {
    name: 'customer-writer',
    description: 'Writes to customers and suppliers',
    target: { model: MODEL },
    tools: [sendEmail],
    system_instruction: 'You write short, friendly and exact messages. Nothing leaves without approval.',
    generation_config: { temperature: 0.7 },
  },
  {
    name: 'ticket-closer',
    description: 'Closes support tickets: refund, message and account in one go',
    target: { model: MODEL },
    tools: [issueRefund, sendEmail, updateAccount],
    system_instruction: 'You close support tickets completely. Ask for everything a ticket needs at once.',
    generation_config: { temperature: 0.3 },
  },
  {
    name: 'data-steward',
    description: 'Keeps the retention rules of the data warehouse',
    target: { model: MODEL },
    tools: [countRecords, deleteRecords],
    system_instruction: 'You keep retention rules. Count before you delete, and say exactly what a filter selects.',
    generation_config: { temperature: 0 },
  },
  {
    name: 'case-analyst',
    description: 'Works through cases in a sandbox and settles them',
    target: { agent: 'antigravity-preview-09-2026' },
    tools: [{ type: 'code_execution' }, issueRefund],
    system_instruction: 'You analyse cases in your sandbox, write a report, and settle what is owed.',
  },
];

export const demoRuns: DemoRun[] = [
  {
    agent: 'refund-desk',
    input:
      'Complaint from mara.lindqvist@example.com: her card was charged twice for order A-10482. She asks for 49.90 EUR back.',
    requester: 'support-bot@countersign.example',
    metadata: { ticket: 'T-2291', channel: 'e-mail', customer_since: '2021' },
  },
  {
    agent: 'refund-desk',
    input:
      'Order B-7731 arrived with a cracked display. The customer (t.okafor@example.com) sent photos and wants a refund of 1,249.00 USD.',
    requester: 'support-bot@countersign.example',
    metadata: { ticket: 'T-2304', channel: 'chat', photos: '3' },
  },
  {
    agent: 'refund-desk',
    input: 'Parcel for order A-10511 never arrived. Refund £18.50 to j.whitcombe@example.com.',
    requester: 'lena.brandt@countersign.example',
    metadata: { ticket: 'T-2310', channel: 'phone' },
  },
  {
    agent: 'release-manager',
    input: 'Release checkout-api 2.14.0 to production as a canary, then move the first quarter of the traffic.',
    requester: 'ci@countersign.example',
    metadata: { pipeline: '88412', commit: '4f2c9e1', change: 'CHG-1207' },
  },
  {
    agent: 'release-manager',
    input:
      'Ship billing-worker 5.3.2 to production with a rolling deployment. It needs the new settlement schema migration.',
    requester: 'ci@countersign.example',
    metadata: { pipeline: '88437', commit: 'a90be77', change: 'CHG-1211' },
  },
  {
    agent: 'release-manager',
    input: 'Deploy search-gateway 0.9.4-rc.1 to staging, blue-green.',
    requester: 'noor.haddad@countersign.example',
    metadata: { pipeline: '88440', commit: '07d1c3a' },
  },
  {
    agent: 'customer-writer',
    input: 'Write to p.moreau@example.com about the delayed delivery of her standing desk. Offer to answer questions.',
    requester: 'lena.brandt@countersign.example',
    metadata: { campaign: 'none', language: 'en' },
  },
  {
    agent: 'customer-writer',
    input:
      'A supplier sent the forwarded message below and asks us to reply to accounts@supplier.example.com about new payment details.',
    requester: 'invoices-bot@countersign.example',
    metadata: { source: 'shared mailbox', trust: 'external' },
  },
  {
    agent: 'ticket-closer',
    input:
      'Close ticket T-2288 for account C-204: refund order A-1001 (30.00 EUR, wrong size delivered), tell ines.ferreira@example.com by e-mail, and tag the account.',
    requester: 'support-bot@countersign.example',
    metadata: { ticket: 'T-2288', priority: 'high' },
  },
  {
    agent: 'ticket-closer',
    input:
      'Close ticket T-2295: customer d.nowak@example.com, account C-877, order A-10399 was cancelled before shipping, 212.40 EUR were paid.',
    requester: 'support-bot@countersign.example',
    metadata: { ticket: 'T-2295', priority: 'normal' },
  },
  {
    agent: 'data-steward',
    input: "Apply the retention rule: purge from web_sessions where last_seen_at < '2025-11-22'",
    requester: 'scheduler@countersign.example',
    metadata: { rule: 'RET-14', basis: 'privacy notice 4.2' },
  },
  {
    agent: 'case-analyst',
    input: 'Work through the open cases of last week and pay what we owe for order A-1001: 49.90 EUR, charged twice.',
    requester: 'noor.haddad@countersign.example',
    metadata: { week: '2026-W47', cases: '2' },
  },
];
