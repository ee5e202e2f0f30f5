"""What programs get instead of a traceback, and what they upload."""

from __future__ import annotations

from pathlib import Path

import gradio as gr
import numpy as np
from gradio.data_classes import FileData

from ink.drawing import DrawingError, as_drawing
from ui.logs import log, shorten
from ui.page import NOT_UPLOADED
from ui.uploads import uploaded_file


def refusal(error: Exception) -> gr.Error:
    """What a client gets instead of a traceback: one sentence; the log gets it too, once."""
    if isinstance(error, gr.Error):  # a ValueError too, which was told before
        return error
    message = shorten(str(error))
    log.warning("refused: %s", message)
    return gr.Error(message, print_exception=False)


def uploaded_path(file: object) -> Path:
    """Where an uploaded file lies; gr.Error, in the same words for all of it, for anything else a client may send."""
    path = uploaded_file(file)
    if path is None:
        raise refusal(ValueError(NOT_UPLOADED))
    return path


def uploaded_drawing(image: FileData) -> np.ndarray:
    """The drawing in an uploaded picture, uint8 ``[H, W, 3]`` RGB; gr.Error in the user's words where there is none."""
    try:
        return as_drawing(uploaded_path(image))
    except DrawingError as error:
        raise refusal(error) from error
