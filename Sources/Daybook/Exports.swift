// `import Daybook` is all that an embedding program needs: the words of the model, and what followers are made of, are
// part of the library's interface.
@_exported public import DaybookLog
@_exported public import DaybookModel
