import * as v from 'valibot';
import { urlProblem } from '../../domain/destination.ts';

/** One line that people read, counted as JSON Schema counts: in code points. */
function Line(most: number) {
  return v.pipe(
    v.string(),
    v.metadata({ maxLength: most }),
    v.trim(),
    v.minLength(1),
    v.check((text) => [...text].length <= most, `Must have at most ${most} characters.`),
    v.check((text) => !/\p{Cc}/u.test(text), 'Must have no control characters.'),
  );
}

const Image = v.pipe(
  v.string(),
  v.metadata({ format: 'uri' }),
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    const message = urlProblem(dataset.value) ?? (/^https:/i.test(dataset.value) ? null : 'Use https.');
    if (message !== null) addIssue({ message });
  }),
);

/** What a link may say for itself, and a program for all of its links. */
export const previewFields = {
  title: v.pipe(
    v.nullable(Line(120)),
    v.description(
      'The title of the card that chats and social networks draw of a link; null: that of the program, or else its name.',
    ),
  ),
  description: v.pipe(v.nullable(Line(300)), v.description('The text below the title; null: that of the program.')),
  image: v.pipe(v.nullable(Image), v.description('An https URL of a picture; null: that of the program.')),
};

const Language = v.pipe(
  v.string(),
  v.maxLength(35),
  v.description('The language of title and description, a BCP 47 tag such as pt-BR.'),
  v.rawTransform(({ dataset, addIssue, NEVER }) => {
    const tag = canonical(dataset.value);
    if (tag !== null) return tag;
    addIssue({ message: 'Must be a BCP 47 tag such as de or pt-BR.' });
    return NEVER;
  }),
);

/** The names of languages have two or three letters (RFC 5646 §2.2.1); longer ones could be, and none is. */
function canonical(tag: string): string | null {
  try {
    const locale = new Intl.Locale(tag);
    return locale.language.length > 3 ? null : locale.toString();
  } catch {
    return null;
  }
}

export const Preview = v.object({ ...previewFields, language: Language });

export const NewPreview = v.strictObject({
  title: v.optional(previewFields.title, null),
  description: v.optional(previewFields.description, null),
  image: v.optional(previewFields.image, null),
  language: v.optional(Language, 'en'),
});

export const PreviewChange = v.strictObject({
  title: v.exactOptional(previewFields.title),
  description: v.exactOptional(previewFields.description),
  image: v.exactOptional(previewFields.image),
  language: v.exactOptional(Language),
});
