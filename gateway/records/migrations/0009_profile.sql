-- What a destination does differently from others of its way: the text of its configuration file.
ALTER TABLE destinations ADD COLUMN profile TEXT;
