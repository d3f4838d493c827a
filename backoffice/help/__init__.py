"""Help for people who do not know Loge: a text for each page (texts/), and the first steps of each role."""
