"""Programs and texts from which data files of Loge are made. They are not part of the running program."""
