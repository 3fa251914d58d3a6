import { nodeHash, type Subtree } from '@/lib/domain/proof/merkle';
import { sha256 } from './hashes';

/** A perfect subtree with its hash. */
export type TreeNode = Subtree & Readonly<{ hash: Uint8Array }>;

/** A tree that leaves are added to; it keeps its right edge alone, one node a level. */
export type TreeBuilder = Readonly<{
  /** Adds the next leaf; the nodes that it completes, from the leaf up. */
  add(hash: Uint8Array): readonly TreeNode[];
  /** The perfect subtrees of the right edge, from left to right. */
  edge(): readonly TreeNode[];
}>;

/** Goes on where a tree of `size` leaves ends, whose right edge is `edge`. */
export function treeBuilder(size: number, edge: readonly TreeNode[]): TreeBuilder {
  const stack = [...edge];
  let next = size;
  return {
    add(hash) {
      let node: TreeNode = { level: 0, index: next, hash };
      const made = [node];
      next += 1;
      for (let left = stack.at(-1); left !== undefined && left.level === node.level; left = stack.at(-1)) {
        stack.pop();
        node = { level: left.level + 1, index: left.index / 2, hash: nodeHash(sha256, left.hash, node.hash) };
        made.push(node);
      }
      stack.push(node);
      return made;
    },
    edge: () => stack,
  };
}
