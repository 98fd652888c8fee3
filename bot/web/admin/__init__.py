"""The admin page: every route declares who may use it; the rest is in the sections."""
