import * as v from 'valibot';

/** What the card of a shared link shows, in chats and social networks. */
export const Card = v.object({
  title: v.string(),
  description: v.optional(v.string()),
  /** An https URL. */
  image: v.optional(v.string()),
  /** BCP 47; English unless said. */
  language: v.optional(v.string()),
});

export type Card = v.InferOutput<typeof Card>;

export interface CardTexts {
  title: string | null;
  description: string | null;
  image: string | null;
}

export interface ProgramPreview extends CardTexts {
  language: string;
}

/** Each part of the link's own, or else its program's; what has neither is left out. */
export function cardOf(link: CardTexts, programName: string, preview: ProgramPreview): Card {
  const description = link.description ?? preview.description;
  const image = link.image ?? preview.image;
  return {
    title: link.title ?? preview.title ?? programName,
    ...(description === null ? {} : { description }),
    ...(image === null ? {} : { image }),
    ...(preview.language === 'en' ? {} : { language: preview.language }),
  };
}
