/**
 * Markup that cannot forget to escape. What is written between the backquotes of `markup` is
 * trusted, what is put into it is text unless it is itself markup. Pages, charts and JUnit are
 * written with it, so a device named `<script>` is only ever a name.
 */
import { legible } from '../wording.ts';

export class Markup {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** What may be put in; nothing is written for null, undefined and false. */
export type Piece = string | number | Markup | null | undefined | false | readonly Piece[];

export function markup(trusted: TemplateStringsArray, ...pieces: Piece[]): Markup {
  let text = trusted[0] ?? '';
  pieces.forEach((piece, index) => {
    text += written(piece) + (trusted[index + 1] ?? '');
  });
  return new Markup(text);
}

function written(piece: Piece): string {
  if (piece === null || piece === undefined || piece === false) return '';
  if (piece instanceof Markup) return piece.text;
  if (typeof piece === 'string') return escapeMarkup(piece);
  if (typeof piece === 'number') return String(piece);
  return piece.map(written).join('');
}

/** Fit for text and for quoted attributes, in HTML and in XML. */
const escapeMarkup = (text: string): string =>
  legible(text).replace(/[&<>"'`]/g, (character) => `&#${character.charCodeAt(0)};`);

/**
 * JSON that can stand inside a script element: nothing in it can end the element or start a
 * comment.
 */
export const embeddedJson = (value: unknown): Markup =>
  new Markup(
    JSON.stringify(value).replace(
      /[<>&\u2028\u2029]/g,
      (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
    ),
  );

/** A number as a coordinate: at most two decimals, never an exponent and never `NaN`. */
export function coordinate(value: number): string {
  const rounded = Math.round(value * 100) / 100;
  return Number.isFinite(rounded) && Math.abs(rounded) < 1e15 ? String(rounded || 0) : '0';
}
