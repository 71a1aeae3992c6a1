"""Bytes by their SHA-256 (`registry.ports.Blobs`)."""

from registry.blobs.folder import FolderBlobs

__all__ = ["FolderBlobs"]
