"""Is this file, or a part of it, a copy of a registered work?"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, File, UploadFile

from api.dependencies import RegistryDep, ViewerDep
from api.openapi import FILE_ERRORS, problems
from api.schemas.verifications import VerificationOut
from api.uploads import received

router = APIRouter(prefix="/verifications", tags=["verify"], form_limits={"max_files": 1, "max_fields": 8})


@router.post("", responses=problems(*FILE_ERRORS))
def verify_file(
    registry: RegistryDep, viewer: ViewerDep, file: Annotated[UploadFile, File(description="Any file.")]
) -> VerificationOut:
    """Look a file up. It is deleted before the answer."""
    with received(file, registry.settings) as path:
        verification = registry.verify_file(path, viewer)
    return VerificationOut.of(verification)
