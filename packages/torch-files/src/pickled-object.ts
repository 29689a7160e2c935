/** An object of a class whose code is not run: its class, and the attributes that the pickle gives it. */
export class PickledObject {
  constructor(
    readonly className: string,
    public attributes: unknown = new Map(),
  ) {}
}
