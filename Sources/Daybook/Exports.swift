// `import Daybook` is all that an embedding program needs: the words of the model are part of the library's interface.
@_exported public import DaybookModel
