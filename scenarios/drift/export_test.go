package drift

// ReadExplanations is readExplanations for tests of the file's form.
var ReadExplanations = readExplanations
