"""The same task API as a FastAPI backend, as small as it can be: python-jose, SQLAlchemy, SQLite.

A dependency verifies the token with the shared secret, and every query is filtered by the user in the token.
Measured by bench/fastapi-comparison.ts.
"""

import os
import uuid
from datetime import datetime

from fastapi import Depends, FastAPI, HTTPException
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from jose import JWTError, jwt
from pydantic import BaseModel, Field
from sqlalchemy import Boolean, Column, DateTime, String, create_engine
from sqlalchemy.orm import Session, declarative_base, sessionmaker

SECRET = os.environ["BETTER_AUTH_SECRET"]
ISSUER = os.environ["BETTER_AUTH_URL"]

engine = create_engine(os.environ["DATABASE_URL"], connect_args={"check_same_thread": False})
SessionLocal = sessionmaker(bind=engine)
Base = declarative_base()


class Task(Base):
    __tablename__ = "tasks"
    id = Column(String, primary_key=True)
    user_id = Column(String, index=True, nullable=False)
    title = Column(String(200), nullable=False)
    description = Column(String, default="")
    completed = Column(Boolean, default=False)
    created_at = Column(DateTime, default=datetime.utcnow)
    updated_at = Column(DateTime, default=datetime.utcnow)


Base.metadata.create_all(engine)


class TaskCreate(BaseModel):
    title: str = Field(min_length=1, max_length=200)
    description: str = ""


class TaskRead(BaseModel):
    id: str
    title: str
    description: str
    completed: bool
    created_at: datetime
    updated_at: datetime

    class Config:
        orm_mode = True


def get_session():
    session = SessionLocal()
    try:
        yield session
    finally:
        session.close()


def get_current_user(credentials: HTTPAuthorizationCredentials = Depends(HTTPBearer())) -> str:
    try:
        claims = jwt.decode(credentials.credentials, SECRET, algorithms=["HS256"], audience=ISSUER, issuer=ISSUER)
    except JWTError:
        raise HTTPException(status_code=401, detail="Invalid token")
    if "sub" not in claims:
        raise HTTPException(status_code=401, detail="Invalid token: missing user identifier")
    return claims["sub"]


app = FastAPI()


@app.get("/api/tasks", response_model=list[TaskRead])
def list_tasks(user: str = Depends(get_current_user), session: Session = Depends(get_session)):
    return session.query(Task).filter(Task.user_id == user).order_by(Task.created_at).limit(50).all()


@app.post("/api/tasks", response_model=TaskRead, status_code=201)
def create_task(body: TaskCreate, user: str = Depends(get_current_user), session: Session = Depends(get_session)):
    task = Task(id=str(uuid.uuid4()), user_id=user, title=body.title, description=body.description)
    session.add(task)
    session.commit()
    session.refresh(task)
    return task


@app.get("/api/tasks/{task_id}", response_model=TaskRead)
def get_task(task_id: str, user: str = Depends(get_current_user), session: Session = Depends(get_session)):
    task = session.query(Task).filter(Task.id == task_id, Task.user_id == user).first()
    if task is None:
        raise HTTPException(status_code=404, detail="Task not found")
    return task
