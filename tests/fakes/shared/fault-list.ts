import type { Random } from './random';

/** When a fault applies, whatever it does. */
export type FaultTimes = {
  /** For the next so many that match; default 1, or no bound with a probability. */
  times?: number | undefined;
  /** For this share of all that match. */
  probability?: number | undefined;
  /** Let so many that match pass first. */
  skip?: number | undefined;
};

export type Active = { id: number; hits: number };

/** Rules in the order in which they were added; what is held against them meets at most one. */
export function createFaultList<Rule extends FaultTimes>(random: Random) {
  let rules: (Rule & Active)[] = [];
  let lastId = 0;
  return {
    add(rule: Rule): Rule & Active {
      lastId += 1;
      const active = { ...rule, id: lastId, hits: 0 };
      rules.push(active);
      return active;
    },
    list: () => [...rules],
    clear() {
      rules = [];
    },
    /** The first rule that matches and is due; null: none. */
    take<One extends Rule & Active>(matches: (rule: Rule & Active) => rule is One): One | null {
      for (const rule of rules) {
        if (!matches(rule)) continue;
        if (rule.skip !== undefined && rule.skip > 0) {
          rule.skip -= 1;
          continue;
        }
        if (rule.probability !== undefined && random.next() >= rule.probability) continue;
        rule.hits += 1;
        const times = rule.times ?? (rule.probability === undefined ? 1 : Number.POSITIVE_INFINITY);
        if (rule.hits >= times) rules = rules.filter(({ id }) => id !== rule.id);
        return rule;
      }
      return null;
    },
  };
}
