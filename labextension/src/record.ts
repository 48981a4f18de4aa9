/** A record for a service: from its schema to a form, and from what was typed back to JSON. */

/** One field of a record, as the service's `schema.json` describes it. */
export interface IField {
  name: string;
  type: string;
  nullable?: boolean;
  categories?: unknown[];
  minimum?: number;
  maximum?: number;
}

/** What is typed for a record: by field, or one JSON text where it has none. */
export type Typed = Record<string, string>;

/** The key for a record that has no fields. */
export const WHOLE = '';

/** The fields of a service's records; none where a record is an array, a text or a value. */
export function fieldsOf(schema: any): IField[] {
  const fields = schema?.request?.fields;
  const example = schema?.example?.request;
  const isRecord =
    typeof example === 'object' && example !== null && !Array.isArray(example);
  return Array.isArray(fields) && isRecord ? fields : [];
}

/** What stands in the form first: the example of the schema. */
export function typedExample(schema: any): Typed {
  const example = schema?.example?.request;
  const fields = fieldsOf(schema);
  if (fields.length === 0) {
    return {
      [WHOLE]:
        typeof example === 'string' ? example : JSON.stringify(example, null, 1)
    };
  }
  const found: Typed = {};
  for (const field of fields) {
    const value = example[field.name];
    found[field.name] =
      value === null || value === undefined
        ? ''
        : typeof value === 'string'
          ? value
          : JSON.stringify(value);
  }
  return found;
}

/** The record that was typed. What cannot be a number stays a text: the service says what is wrong with it. */
export function recordOf(schema: any, typed: Typed): unknown {
  const fields = fieldsOf(schema);
  if (fields.length === 0) {
    const isText = typeof schema?.example?.request === 'string';
    return isText ? typed[WHOLE] : parsed(typed[WHOLE]);
  }
  const record: Record<string, unknown> = {};
  for (const field of fields) {
    const text = typed[field.name] ?? '';
    if (text === '' && (field.nullable || field.type !== 'string')) {
      record[field.name] = null;
    } else {
      record[field.name] = field.type === 'string' ? text : parsed(text);
    }
  }
  return record;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
