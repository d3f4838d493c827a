"""Old comments, taken over from another system: read, screened, made notes or sealed."""
