import type { ProgramPreview } from '../domain/card.ts';
import { programs } from './schema.ts';

/** How a program's links look when they are shared. */
export const PREVIEW = {
  title: programs.previewTitle,
  description: programs.previewDescription,
  image: programs.previewImage,
  language: programs.language,
};

export function previewColumns({ title, description, image, language }: ProgramPreview) {
  return { previewTitle: title, previewDescription: description, previewImage: image, language };
}
