"""What can go wrong with a classifier.

ModelError
├── CheckpointError     the folder or its weights cannot be used as a classifier
├── ModelNotFound       no bundled, registered, local or hub model of that name
├── UnsupportedModel    a sound checkpoint of a kind Assay does not audit (regression, generative ...)
├── PathNotAllowed      a path outside the folders the dashboard may load from
├── CatalogError        the catalog of registered models cannot be read or changed
├── TextError           the model cannot read a text, or reads none rightly
├── SettingsError       the file of settings cannot be read
├── DeviceError         the device asked for is absent or out of memory
├── DiskError           a full or read-only disk, missing permission: nothing half-written is left
└── TrainingError       the training data or settings cannot be used

Every message is one sentence that says what was wrong, where, and what to do.
"""

from models.translating import tr_later


class ModelError(Exception):
    """Base of everything `models` raises on purpose; the message is meant for the user."""


class CheckpointError(ModelError):
    """The checkpoint is damaged, incomplete or unsafe to load."""


class ModelNotFound(ModelError):
    """Nothing of that name is bundled, registered, on disk or on the hub."""


class UnsupportedModel(ModelError):
    """The checkpoint is sound, but it is not a text classifier Assay can audit."""


class PathNotAllowed(ModelError):
    """The path lies outside the folders models may be loaded from."""


class CatalogError(ModelError):
    """The catalog file cannot be read or changed."""


class TextError(ModelError):
    """The model cannot read this text: its tokenizer broke down on it, or it is a pair and the model takes single texts."""


class SettingsError(ModelError):
    """The file of settings (assay.toml) cannot be read."""


class DeviceError(ModelError):
    """The device is absent or has too little memory."""


class DiskError(ModelError):
    """A file could not be written: full or read-only disk, quota, permission, a broken device. Whatever wrote it raises this."""


class TrainingError(ModelError):
    """The training data or settings cannot be used."""


ROW_TOO_LARGE = tr_later("Even a single row does not fit the device's memory; use the CPU or a smaller model.")
