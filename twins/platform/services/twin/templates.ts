/**
 * Templates: what is desired of many devices at once, beneath what is desired of each by itself. A
 * template is of all devices whose ids begin alike, or of a share of them, which may grow: then it
 * is a flag in stages. Who has it is decided by its name and the device alone, so that whoever has
 * it at a small share has it at a larger one, too.
 */
import { hashText } from '#kernel';
import { isOf as isMeant } from '../../device-ids.ts';
import type { Sql } from '../../store/store.ts';
import { type Document, patched } from './document.ts';

export interface Template {
  name: string;
  /** Which stage of it this is: each change of it is the next. */
  version: number;
  /** How the ids of its devices begin, whole segments of them; of all devices where it is empty. */
  of: string;
  /** How many of those have it, 0..1. */
  share: number;
  desired: Document;
}

export const isOf = ({ of }: Pick<Template, 'of'>, device: string): boolean => isMeant(of, device);

/** Sticky: it hangs on nothing that changes, so a larger share only adds devices. */
export const hasTemplate = (template: Template, device: string): boolean =>
  isOf(template, device) &&
  hashText(`template/${template.name}/${device}`) / HASHES < template.share;

const HASHES = 2 ** 32;

/** What is desired of a device: templates by name, later ones over earlier, its own on top. */
export const effective = (templates: readonly Template[], own: Document): Document =>
  patched(
    templates.reduce((document: Document, { desired }) => patched(document, desired), {}),
    own,
  );

export type TemplateTable = ReturnType<typeof templateTable>;

/** All of them by name: there are few, and each report and each change asks for them. */
export function templateTable(sql: Sql) {
  const columns = 'name, version, of_devices AS "of", share, desired';
  const all = sql.prepare<Omit<Template, 'desired'> & { desired: string }>(
    `SELECT ${columns} FROM twin_templates ORDER BY name`,
  );
  const put = sql.prepare('INSERT OR REPLACE INTO twin_templates VALUES(?,?,?,?,?)');
  return {
    all: (): Template[] =>
      all.all().map((row) => ({ ...row, desired: JSON.parse(row.desired) as Document })),
    put: ({ name, version, of, share, desired }: Template): void => {
      put.run(name, version, of, share, JSON.stringify(desired));
    },
  };
}

export const TEMPLATE_SCHEMA = `
    CREATE TABLE IF NOT EXISTS twin_templates(
      name TEXT PRIMARY KEY, version INTEGER NOT NULL, of_devices TEXT NOT NULL,
      share REAL NOT NULL, desired TEXT NOT NULL) WITHOUT ROWID;
`;
