import { columnName, fileKeys, isColumn } from '../names.ts';
import type { JsonSchema } from '../rules/rule.ts';
import { type SettingKey, settingTable } from '../settings.ts';

type Properties = Readonly<Record<string, unknown>>;

/** The JSON Schema of a settings file, for completion and checks in editors. */
export function renderSchema(): string {
  const columns = section(propertiesOf(fileKeys().filter(isColumn), columnName));
  const settings = {
    ...propertiesOf(fileKeys().filter((key) => !isColumn(key))),
    columns: { ...columns, description: 'How columns become fields of a user record.' },
  };
  const { profile: _, ...inProfile } = settings as Properties;
  const schema = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Settings of miso (.mirorc)',
    ...section({
      $schema: { type: 'string', description: 'The schema of this file, for editors.' },
      ...settings,
      profiles: {
        type: ['object', 'null'],
        additionalProperties: section(inProfile),
        description: 'Settings by profile; --profile or MISO_PROFILE selects one.',
      },
    }),
  };
  return `${JSON.stringify(schema, null, 2)}\n`;
}

/** A key without a value counts as not set, so null is allowed everywhere. */
function section(properties: Properties) {
  return { type: ['object', 'null'], additionalProperties: false, properties };
}

function propertiesOf(keys: readonly SettingKey[], nameOf: (key: SettingKey) => string = String): Properties {
  return Object.fromEntries(
    keys.flatMap((key) => {
      const { rule, description, alias, default: initial } = settingTable[key];
      const property = {
        ...orNull(rule.schema),
        description: `${description}.`,
        ...(initial === undefined ? {} : { default: initial }),
      };
      return [nameOf(key), ...(alias === undefined ? [] : [alias])].map((name) => [name, property]);
    }),
  );
}

function orNull(schema: JsonSchema): object {
  if (schema.type === undefined && schema.enum === undefined && schema.anyOf === undefined) return schema;
  if (schema.enum) return { ...schema, enum: [...schema.enum, null] };
  if (schema.anyOf) return { anyOf: [...schema.anyOf, { type: 'null' }] };
  return { ...schema, type: [schema.type ?? [], 'null'].flat() };
}
