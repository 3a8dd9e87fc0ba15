"""The kinds of block a page is made of: a file each, and the registry that collects them."""

from conditions.blocks.registry import BLOCK_OF_KIND, BLOCKS, blocks_of, editor_permissions

__all__ = ["BLOCKS", "BLOCK_OF_KIND", "blocks_of", "editor_permissions"]
