/** The same as the card for machines: Croissant, the metadata of data sets, as JSON-LD. */
import type { Column, DataSet, DataSetTable } from '#kernel';
import type { CardFacts } from './card.ts';

const MEDIA: Readonly<Record<string, string>> = {
  parquet: 'application/x-parquet',
  csv: 'text/csv',
  jsonl: 'application/jsonlines',
};

const TYPES: Readonly<Record<Column['form'], string>> = {
  text: 'sc:Text',
  instant: 'sc:DateTime',
  integer: 'sc:Integer',
  number: 'sc:Float',
};

export function croissant(data: DataSet, { version }: CardFacts): string {
  const document = {
    '@context': CONTEXT,
    '@type': 'sc:Dataset',
    conformsTo: 'http://mlcommons.org/croissant/1.0',
    name: data.name,
    description: data.about.trim(),
    version: '1.0.0',
    url: `urn:twinstorm:${data.name}:${data.seed}`,
    datePublished: data.start.slice(0, 10),
    citeAs: `${data.name}, made by twinstorm ${version}: ${data.again}`,
    ...(data.license === undefined ? {} : { license: `https://spdx.org/licenses/${data.license}` }),
    distribution: data.tables.flatMap((table) => filesOf(table, data.format)),
    recordSet: data.tables.flatMap(recordsOf),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

const filesOf = ({ files }: DataSetTable, format: string) =>
  files.map(({ path, sha256, bytes }) => ({
    '@type': 'cr:FileObject',
    '@id': path,
    name: path,
    contentUrl: path,
    contentSize: `${bytes} B`,
    encodingFormat: MEDIA[format] ?? 'application/octet-stream',
    sha256,
  }));

/** One record set for each file: only so the split of a row is known without reading its path. */
const recordsOf = ({ table, files }: DataSetTable) =>
  files.map(({ path }) => {
    const id = path.replace(/\.\w+$/, '');
    return {
      '@type': 'cr:RecordSet',
      '@id': id,
      name: id,
      description: table.about,
      field: table.columns.map(({ name, form, about }) => ({
        '@type': 'cr:Field',
        '@id': `${id}/${name}`,
        name,
        description: about,
        dataType: TYPES[form],
        source: { fileObject: { '@id': path }, extract: { column: name } },
      })),
    };
  });

/** Of Croissant 1.0, word for word: its readers compare it. */
const CONTEXT = {
  '@language': 'en',
  '@vocab': 'https://schema.org/',
  citeAs: 'cr:citeAs',
  column: 'cr:column',
  conformsTo: 'dct:conformsTo',
  cr: 'http://mlcommons.org/croissant/',
  rai: 'http://mlcommons.org/croissant/RAI/',
  data: { '@id': 'cr:data', '@type': '@json' },
  dataType: { '@id': 'cr:dataType', '@type': '@vocab' },
  dct: 'http://purl.org/dc/terms/',
  equivalentProperty: 'cr:equivalentProperty',
  examples: { '@id': 'cr:examples', '@type': '@json' },
  extract: 'cr:extract',
  field: 'cr:field',
  fileProperty: 'cr:fileProperty',
  fileObject: 'cr:fileObject',
  fileSet: 'cr:fileSet',
  format: 'cr:format',
  includes: 'cr:includes',
  isLiveDataset: 'cr:isLiveDataset',
  jsonPath: 'cr:jsonPath',
  key: 'cr:key',
  md5: 'cr:md5',
  parentField: 'cr:parentField',
  path: 'cr:path',
  recordSet: 'cr:recordSet',
  references: 'cr:references',
  regex: 'cr:regex',
  repeated: 'cr:repeated',
  replace: 'cr:replace',
  samplingRate: 'cr:samplingRate',
  sc: 'https://schema.org/',
  separator: 'cr:separator',
  source: 'cr:source',
  subField: 'cr:subField',
  transform: 'cr:transform',
};
