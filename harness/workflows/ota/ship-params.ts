/**
 * What a campaign says of an artefact that it ships instead of firmware: a model by which devices
 * judge what they measure, or how they are to be set.
 */
import { fitsSetting } from '#devices';
import {
  type Artefact,
  type ArtefactKind,
  type Config,
  FACTORY_SCHEMA,
  meantHint,
  type Params,
  type ParamValues,
  type Problem,
  readConfig,
  readDetector,
  SHIPMENTS,
  type Shipment,
} from '#kernel';
import type { WorkflowContext } from '../workflow.ts';

export const shipParams: Params = {
  ships: {
    kind: 'choice',
    about: 'What is rolled out: firmware, a model for who judges by one, or how devices are set.',
    of: SHIPMENTS,
    default: 'firmware',
  },
  model: {
    kind: 'record',
    about: 'The model: what lies too far from its mean is odd.',
    optional: true,
    fields: {
      mean: { kind: 'number', about: 'Of the signal, where the model was made.' },
      spread: { kind: 'number', about: 'How far it lies around that.', min: 0.000001 },
      beyond: {
        kind: 'number',
        about: 'Odd is what lies more spreads away.',
        default: 3,
        min: 0.1,
        max: 1000,
      },
      change: {
        kind: 'number',
        about: 'How often the change since the reading before is counted beside the value.',
        default: 0,
        min: -1000,
        max: 1000,
      },
    },
  },
  config: {
    kind: 'map',
    of: { kind: 'number', about: 'How it is to be set.' },
    about: 'By the name of each setting, as a twin knows it, how it is to be set.',
    optional: true,
  },
};

/** For the head of the image: nothing of firmware, and of an image out of a file. */
export function artefactAsked({ ships, model, config }: ParamValues): { artefact?: Artefact } {
  if (ships === 'model') {
    const says = readDetector({ form: 'line', ...Object(model) });
    return says === null ? {} : { artefact: { kind: 'model', says } };
  }
  const says = ships === 'config' ? readConfig(config) : null;
  return says === null ? {} : { artefact: { kind: 'config', says } };
}

/** The artefact is what is in the image, whoever said so. */
export function shipAmiss(
  params: ParamValues,
  { artefact: shipped }: { artefact?: Artefact },
  own: readonly number[],
  context: WorkflowContext,
): Problem[] {
  const ships = params.ships as Shipment;
  const problems = besides(params, ships);
  if (ships !== (shipped?.kind ?? 'firmware')) {
    problems.push(params.image === undefined ? unsaid(ships) : otherKind(ships, shipped?.kind));
  } else if (shipped?.kind === 'model') problems.push(...unused(shipped.kind, own, context));
  else if (shipped?.kind === 'config') problems.push(...unset(shipped.says, own, context));
  return problems;
}

/** Of firmware alone, or of the other artefact. */
function besides(params: ParamValues, ships: Shipment): Problem[] {
  const others: [key: string, usual: unknown, of: Shipment][] = [
    ['model', undefined, 'model'],
    ['config', undefined, 'config'],
    ['defect', 'none', 'firmware'],
    ['delta', false, 'firmware'],
    ['brings', [], 'firmware'],
    ['withdraws', [], 'firmware'],
    ['says', SAYS_NOTHING, 'firmware'],
  ];
  return others.flatMap(([key, usual, of]) => {
    const isSaid = JSON.stringify(params[key]) !== JSON.stringify(usual);
    if (!isSaid || ships === of) return [];
    const message = `${key} is said of ${of}, and this ships ${ships}`;
    return [{ code: 'bad-value', path: key, message, hint: `leave it out, or write ships: ${of}` }];
  });
}

const SAYS_NOTHING = { renames: {}, drops: [], keeps: true, schema: FACTORY_SCHEMA + 1 };

const unsaid = (ships: Shipment): Problem => ({
  code: 'bad-value',
  path: 'ships',
  message: `nothing says which ${ships} that is`,
  hint: ships === 'model' ? 'write model: { mean: 4, spread: 0.5 }' : 'write config: { NAME: 5 }',
});

const otherKind = (ships: Shipment, kind: ArtefactKind | undefined): Problem => ({
  code: 'bad-value',
  path: 'image',
  message: `the image is ${kind === undefined ? 'firmware' : `a ${kind}`}, and this ships ${ships}`,
  hint: `write ships: ${kind ?? 'firmware'}, or name another image`,
});

/** By `own`, the entries of its devices. */
function unused(kind: ArtefactKind, own: readonly number[], { entries, uses }: WorkflowContext) {
  const idle = own.find((entry) => uses[entry]?.includes(kind) !== true);
  if (idle === undefined) return [];
  const who = entries[idle]?.id ?? '';
  const message = `devices of ${who} have no part that goes by a ${kind}`;
  const hint = `give them one, such as detector, or leave them out by of:`;
  return [{ code: 'nobody-selected', path: 'of', message, hint }];
}

function unset(config: Config, own: readonly number[], { entries, settings }: WorkflowContext) {
  return Object.entries(config).flatMap(([name, value]): Problem[] => {
    const settingOf = (entry: number) => settings[entry]?.find((one) => one.name === name);
    const at = own.find((entry) => {
      const setting = settingOf(entry);
      return setting === undefined || !fitsSetting(setting, value);
    });
    if (at === undefined) return [];
    const [who, known] = [entries[at]?.id ?? '', (settings[at] ?? []).map((one) => one.name)];
    const setting = settingOf(at);
    const path = `config.${name}`;
    if (setting === undefined) {
      const message = `devices of ${who} have no setting ${JSON.stringify(name)}`;
      const others = known.length === 0 ? 'they have none' : `known: ${known.join(', ')}`;
      return [{ code: 'unknown-name', path, message, hint: meantHint(name, known, others) }];
    }
    const { low, high, step } = setting;
    const message = `${name} of ${who} cannot be set to ${value}`;
    const hint = `write a value from ${low} to ${high}, in steps of ${step}`;
    return [{ code: 'bad-value', path, message, hint }];
  });
}
