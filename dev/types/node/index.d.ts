// Empty on purpose: the declarations of @libsql/client ask for Node's, which would make every Node global compile in src/.
