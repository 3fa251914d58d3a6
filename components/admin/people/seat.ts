/** The last day of a seat that ends at `end`, which is the first instant without access. */
export const lastDay = (end: Date) => new Date(end.getTime() - 1);
