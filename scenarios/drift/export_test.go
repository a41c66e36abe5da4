package drift

// ReadExplanations is readExplanations for tests of the file's form.
func ReadExplanations(name string, text []byte) (Explanations, error) {
	return readExplanations(name, text)
}
