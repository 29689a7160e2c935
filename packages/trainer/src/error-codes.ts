/** What the error codes of this package mean and what to do; docs/errors.md is made from it. */
export const errorCodes: Readonly<Record<string, { readonly meaning: string; readonly remedy: string }>> = {
  EMA_MISMATCH: { meaning: 'The averaged generator lacks a variable', remedy: 'Mend the network' },
  FREEZE_TOO_MANY: { meaning: 'More blocks are frozen than the discriminator has', remedy: 'Freeze fewer' },
  OBJECTIVES_CLASH: {
    meaning: 'Two objectives want to decide the same thing',
    remedy: 'Leave one of them out',
  },
  OBJECTIVE_BAD_CHANGE: {
    meaning: 'An objective or augmentation gave images, latents or logits another shape',
    remedy: 'Mend it: what is changed on its way keeps shape and type',
  },
  OBJECTIVE_BAD_LABELS: {
    meaning: 'An objective drew labels that are no classes, or too few or many',
    remedy: 'Mend the objective: an Int32Array with a class for each image',
  },
  OBJECTIVE_BAD_TERM: {
    meaning: 'A term of an objective, a penalty or a loss is no scalar',
    remedy: 'Mend it: a term is a mean over the batch',
  },
  OBJECTIVE_NAMED_TWICE: {
    meaning: 'A run has two objectives of one name',
    remedy: 'Leave one of them out',
  },
  OBJECTIVE_NAMES_CLASH: {
    meaning: 'An objective has one name for two of its numbers or variables',
    remedy: 'Mend the objective: rename one of the two',
  },
  OBJECTIVE_NEEDS_FEATURES: {
    meaning: 'An objective looks at features that the discriminator does not show',
    remedy: 'Take another discriminator, or leave the objective out',
  },
  OBJECTIVE_NEEDS_MAPS: {
    meaning: 'An objective looks at maps that the discriminator does not show',
    remedy: 'Take another discriminator, or leave the objective out',
  },
  OBJECTIVE_NOT_FINITE: {
    meaning: 'A term of an objective is no number while the losses are',
    remedy: 'Lower its weight, leave it out, or mend it; go on from the last checkpoint',
  },
  OPTIMIZERS_OUT_OF_STEP: {
    meaning: 'An optimizer that looks ahead before each move would do so while the other network moves',
    remedy: 'Give both networks one of the kind, one discriminator step, and no penalty at an interval',
  },
  STEP_WITHOUT_LATENTS: {
    meaning: 'A penalty on weights looks at images in a phase that has none',
    remedy: 'Mend the penalty',
  },
  STEP_WITHOUT_REAL: {
    meaning: "An objective looks at real images in the generator's step without having asked for them",
    remedy: 'Mend the objective: it says `realForGenerator` in `needs`',
  },
  STREAM_NOT_DRAWN: {
    meaning: 'An objective looks at random numbers that it did not ask for',
    remedy: 'Mend the objective: it names the stream in `draws`',
  },
};
