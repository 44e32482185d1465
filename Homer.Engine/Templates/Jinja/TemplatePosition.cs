namespace Homer.Engine.Templates.Jinja;

/// <summary>A place in a template, both numbers counted from 1.</summary>
internal readonly record struct TemplatePosition(int Line, int Column);
